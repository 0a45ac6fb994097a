"""What the media pipeline costs, and how well pictures and sound stay together."""
