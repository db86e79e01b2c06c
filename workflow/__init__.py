"""Commands around DVC: grids, searches, the best result, sharing."""
