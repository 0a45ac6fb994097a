"""Centrifugo in front of the product: who may connect, what they may subscribe, and its configuration."""
