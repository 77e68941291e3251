"""What the encoder's calls and the searches come to: pure functions over what was recorded."""
