"""Mails: writing them, claiming rows so that each mail is sent once, and sending in the background."""
