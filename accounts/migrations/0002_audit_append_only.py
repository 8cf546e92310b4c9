"""The audit trail is kept by the database itself.

An entry is never deleted. It changes twice at most: when it is sealed (`seal_id` and
`values_digest`, once), and when its values are erased (they only ever become empty).
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION audit_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable text[] := ARRAY['before', 'after', 'object_label', 'actor_name', 'on_behalf_of_name', 'address'];
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb;
    name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'audit entries are never deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    new_row := to_jsonb(NEW);
    IF OLD.seal_id IS NULL THEN
        erasable := erasable || ARRAY['seal_id', 'values_digest'];
    END IF;
    IF old_row - erasable <> new_row - erasable THEN
        RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOREACH name IN ARRAY erasable[1:6] LOOP
        IF new_row -> name IS DISTINCT FROM old_row -> name AND new_row ->> name <> '' THEN
            RAISE EXCEPTION 'values of audit entries are only erased' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_is_kept BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_kept();
"""
FREE = "DROP TRIGGER audit_entry_is_kept ON accounts_auditentry; DROP FUNCTION audit_entry_is_kept();"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, FREE)]
