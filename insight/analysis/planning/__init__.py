"""Planning the next activity: what it must bring, what could be seen of it, whom to invite, whom to leave out."""
