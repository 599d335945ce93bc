"""Rules × maths: facts, not opinions. What a request gets, who meets, covers and hides whom, and the requests that prove it."""
