"""The component that takes a photo with a phone's or a computer's camera."""
