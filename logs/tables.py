"""SQL of the partitioned table, for the migration: Django cannot declare partitions."""

DOOR_LOG = """
CREATE SEQUENCE logs_doorlog_id_seq AS bigint;
CREATE TABLE logs_doorlog (
    id bigint NOT NULL DEFAULT nextval('logs_doorlog_id_seq'),
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    site_id bigint NOT NULL,
    device_id bigint NOT NULL,
    device_name varchar(64) NOT NULL,
    building_id bigint NULL,
    place integer NOT NULL,
    store bigint NOT NULL,
    seq bigint NOT NULL,
    action varchar(8) NOT NULL,
    method varchar(10) NOT NULL,
    relay smallint NULL,
    relay_name varchar(64) NOT NULL,
    subject bigint NULL,
    person_id bigint NULL,
    initiator varchar(140) NOT NULL,
    unit_label varchar(162) NOT NULL,
    response varchar(8) NOT NULL,
    reason varchar(24) NOT NULL,
    code varchar(4) NOT NULL,
    PRIMARY KEY (device_id, store, seq, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE logs_doorlog_id_seq OWNED BY logs_doorlog.id;
CREATE INDEX logs_doorlog_site ON logs_doorlog (site_id, at DESC, id DESC);
CREATE INDEX logs_doorlog_device ON logs_doorlog (device_id, at DESC, id DESC);
CREATE INDEX logs_doorlog_person ON logs_doorlog (person_id, at DESC, id DESC) WHERE person_id IS NOT NULL;
CREATE INDEX logs_doorlog_rare ON logs_doorlog (site_id, at DESC, id DESC)
    WHERE action <> 'open' OR response <> 'success';
CREATE INDEX logs_doorlog_search ON logs_doorlog USING gin (upper(initiator::text) gin_trgm_ops,
    upper(unit_label::text) gin_trgm_ops, upper(device_name::text) gin_trgm_ops);
CREATE INDEX logs_doorlog_id ON logs_doorlog (id);
CREATE TABLE logs_doorlog_other PARTITION OF logs_doorlog DEFAULT;
"""
# One index a tab: an event of a kind that never happened is not looked for among all others.
RARE = """
DROP INDEX logs_doorlog_rare;
CREATE INDEX logs_doorlog_kind ON logs_doorlog (site_id, action, at DESC, id DESC) WHERE action <> 'open';
CREATE INDEX logs_doorlog_refused ON logs_doorlog (site_id, at DESC, id DESC) WHERE response <> 'success';
"""
RARE_TOGETHER = """
DROP INDEX logs_doorlog_kind, logs_doorlog_refused;
CREATE INDEX logs_doorlog_rare ON logs_doorlog (site_id, at DESC, id DESC)
    WHERE action <> 'open' OR response <> 'success';
"""
# One text and one index a week for the search: three columns in an index each ask for all their trigrams, and
# words of two of them are never found together.
SEARCH = """
DROP INDEX logs_doorlog_search;
ALTER TABLE logs_doorlog ADD COLUMN search_text text
    GENERATED ALWAYS AS (initiator || ' ' || unit_label || ' ' || device_name) STORED;
CREATE INDEX logs_doorlog_search ON logs_doorlog USING gin (upper(search_text) gin_trgm_ops);
"""
SEARCH_APART = """
DROP INDEX logs_doorlog_search;
ALTER TABLE logs_doorlog DROP COLUMN search_text;
CREATE INDEX logs_doorlog_search ON logs_doorlog USING gin (upper(initiator::text) gin_trgm_ops,
    upper(unit_label::text) gin_trgm_ops, upper(device_name::text) gin_trgm_ops);
"""
DROP_DOOR_LOG = "DROP TABLE logs_doorlog"
