"""What happens when many do the same at the same moment: they come, vote, or come back."""
