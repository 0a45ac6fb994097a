"""Mails: how they are written, claimed so that each is sent once, and sent without holding up other work."""
