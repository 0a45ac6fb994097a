"""Pages of `sessions`."""

from django.urls import path

from sessions import views

urlpatterns = [
    path("rooms/<uuid:room_id>", views.room, name="room"),
    path("rooms/<uuid:room_id>/sessions/new", views.session_new, name="session_new"),
    path("rooms/<uuid:room_id>/move", views.room_move, name="room_move"),
    path("sessions", views.sessions, name="sessions"),
    path("sessions/<uuid:session_id>", views.session, name="session"),
    path("sessions/<uuid:session_id>/reschedule", views.session_reschedule, name="session_reschedule"),
    path("sessions/<uuid:session_id>/delete", views.session_delete, name="session_delete"),
    path("w/<slug:slug>/<uuid:session_id>/qr.svg", views.session_qr, name="session_qr"),
    path("w/<slug:slug>/theme.css", views.theme, name="theme"),
    path("w/<slug:slug>/<uuid:session_id>/theme.css", views.theme, name="session_theme"),
]
