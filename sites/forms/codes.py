"""What is asked before codes are made."""

from django import forms

from smartplus.kernel.forms import ScopedForm
from smartplus.kernel.widgets import Radios
from smartplus.kernel.words import _


class CodesForm(ScopedForm):
    """Whom of the chosen apartments the codes are for."""

    MASTERS, EVERYBODY = "masters", "everybody"

    who = forms.ChoiceField(
        label=_("For whom"),
        choices=((MASTERS, _("Family masters")), (EVERYBODY, _("Everybody who is not registered"))),
        initial=MASTERS,
        widget=Radios,
    )
