"""Many jobs on one machine or several: engines that run them, leases so that each is computed once, and the loop over both."""
