"""Everything that knows Twilio: its words, its HTTP, its signatures."""
