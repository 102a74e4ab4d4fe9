"""What a document number, a phone number and a sign-in name may look like. No Django, no clock."""
