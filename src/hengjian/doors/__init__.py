"""Ways in and out. Doors take a request, call one thing, and show the answer; they decide nothing."""
