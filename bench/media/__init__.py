"""What the media pipeline costs, and how well video and sound stay in step."""
