"""Out of the house: e-mail, fax by e-mail, and the folder of letters to print. Knows no case and no database."""
