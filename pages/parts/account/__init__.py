"""What people see of access: who they are here, how they sign in, what they may."""
