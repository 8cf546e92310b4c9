"""What follows here from what accounts announce."""

from accounts.events import PasswordSet
from sites.models import Residency


def registered(news: PasswordSet) -> None:
    """A resident set a password by the emailed link: the account is in use from now on."""
    Residency.objects.filter(user_id=news.user_id).update(app_state=Residency.AppState.REGISTERED)
