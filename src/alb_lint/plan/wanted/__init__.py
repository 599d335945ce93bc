"""What is wanted: who belongs into which range, who must come before whom, which rules are one."""
