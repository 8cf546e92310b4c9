"""Addresses of the first steps, the policies and the settings."""

from django.urls import path

from .views import first_steps, mailboxes, policies, settings

pages = [
    path("welcome/", first_steps.Agree.as_view(), name="agree"),
    path("welcome/company/", first_steps.Provider.as_view(), name="first_provider"),
    path("welcome/email/", first_steps.FirstEmail.as_view(), name="first_email"),
    path("welcome/email/sent/", first_steps.EmailSent.as_view(), name="first_email_sent"),
    path("agreement/", policies.Agreement.as_view(), name="agreement"),
    path("policies/", policies.PolicyList.as_view(), name="policies"),
    path("policies/add/", policies.PolicyEdit.as_view(), name="policy_add"),
    path("policies/<int:pk>/", policies.PolicyDetail.as_view(), name="policy_version"),
    path("policies/<int:pk>/edit/", policies.PolicyEdit.as_view(), name="policy_edit"),
    path("policies/<int:pk>/publish/", policies.PolicyPublish.as_view(), name="policy_publish"),
    path("policies/<int:pk>/delete/", policies.PolicyDelete.as_view(), name="policy_delete"),
    path("settings/", settings.Settings.as_view(), name="settings"),
    path("settings/notification/", mailboxes.Notification.as_view(), name="wishes"),
    path("settings/email/", mailboxes.EmailChange.as_view(), name="email_change"),
    path("settings/email/withdraw/", mailboxes.EmailWithdraw.as_view(), name="email_withdraw"),
    path("settings/provider/", settings.ProviderCard.as_view(), name="provider_info"),
    path("settings/customer-service/", settings.CustomerService.as_view(), name="customer_service"),
]
