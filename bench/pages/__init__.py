"""What pages take before they are of use, and whether they stay quick with much in them."""
