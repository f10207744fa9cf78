"""The spine every record walks. Imports look upstream; data runs downstream."""
