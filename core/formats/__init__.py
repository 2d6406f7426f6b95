"""How dates are written where Django's own way is not the house's: a module for each language."""
