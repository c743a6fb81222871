"""What a person would still let pass, where a caption taken exactly denotes nothing."""
