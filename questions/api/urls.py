"""API operations of questions."""

from django.urls import URLPattern, URLResolver, path

from questions.api.views import QuestionViewSet, SessionQuestionViewSet

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<str:session_id>/questions", SessionQuestionViewSet.as_view({"get": "index", "post": "create"})),
    path(
        "sessions/<str:session_id>/questions/export",
        SessionQuestionViewSet.as_view({"get": "export"}),
        name="questions_export",
    ),
    path("questions/<str:question_id>", QuestionViewSet.as_view({"delete": "destroy"})),
    path("questions/<str:question_id>/vote", QuestionViewSet.as_view({"post": "vote", "delete": "take_vote_back"})),
    *(
        path(f"questions/<str:question_id>/{action}", QuestionViewSet.as_view({"post": action}))
        for action in ("approve", "answer", "dismiss", "restore", "pin", "unpin")
    ),
]
