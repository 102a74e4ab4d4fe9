"""The eye: pictures in, measurements out. The only folder that may import mediapipe; nothing here knows a table or a person."""
