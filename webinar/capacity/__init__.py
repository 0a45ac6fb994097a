"""What a crowd needs: machines and bandwidth, reckoned from figures that were measured."""
