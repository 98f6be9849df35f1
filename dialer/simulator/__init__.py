"""A stand-in for Twilio: a virtual telephone network behind the real HTTP contract."""
