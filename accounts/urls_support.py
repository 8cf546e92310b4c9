"""Addresses of notices, help, feedback, and the operator's look at our emails."""

from django.urls import path

from .views import feedback, letters, notices, support

pages = [
    path("notifications/", notices.NotificationCentre.as_view(), name="notifications"),
    path("notifications/bell/", notices.Bell.as_view(), name="bell"),
    path("notifications/read/", notices.ReadAll.as_view(), name="notifications_read"),
    path("notifications/<int:pk>/", notices.Notification.as_view(), name="notification"),
    path("notices/", notices.NoticeList.as_view(), name="notices"),
    path("notices/add/", notices.NoticeEdit.as_view(), name="notice_add"),
    path("notices/<int:pk>/", notices.NoticeDetail.as_view(), name="notice"),
    path("notices/<int:pk>/edit/", notices.NoticeEdit.as_view(), name="notice_edit"),
    path("notices/<int:pk>/publish/", notices.NoticePublish.as_view(), name="notice_publish"),
    path("notices/<int:pk>/withdraw/", notices.NoticeWithdraw.as_view(), name="notice_withdraw"),
    path("notices/<int:pk>/delete/", notices.NoticeDelete.as_view(), name="notice_delete"),
    path("support/", support.Support.as_view(), name="support"),
    path("support/<int:pk>/", support.DocumentFile.as_view(), name="document_file"),
    path("documents/", support.DocumentList.as_view(), name="documents"),
    path("documents/add/", support.DocumentEdit.as_view(), name="document_add"),
    path("documents/<int:pk>/file/", support.OwnDocumentFile.as_view(), name="document_own_file"),
    path("documents/<int:pk>/edit/", support.DocumentEdit.as_view(), name="document_edit"),
    path("documents/<int:pk>/delete/", support.DocumentDelete.as_view(), name="document_delete"),
    path("feedback/", feedback.FeedbackGive.as_view(), name="feedback"),
    path("feedback/received/", feedback.FeedbackList.as_view(), name="feedback_received"),
    path("feedback/received/answered/", feedback.FeedbackAnswered.as_view(), name="feedback_answered_many"),
    path("feedback/received/<int:pk>/", feedback.FeedbackDetail.as_view(), name="feedback_row"),
    path("feedback/received/<int:pk>/picture/", feedback.Picture.as_view(), name="feedback_picture"),
    path(
        "feedback/received/<int:pk>/answered/", feedback.FeedbackAnswered.as_view(), name="feedback_answered"
    ),
    path("letters/", letters.Preview.as_view(), name="letters"),
    path("letters/one/", letters.Letter.as_view(), name="letter"),
]
