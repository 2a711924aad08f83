package io.freehold.spring.autoconfigure.scope.ending;

/**
 * A cell of the table.
 *
 * @param scope its row
 * @param ending its column
 */
record Cell(Scope scope, Ending ending) {

	/** Returns whether memory goes before the work does that uses it. */
	boolean revokes() {
		return switch (this.ending) {
			case TIMEOUT -> this.scope == Scope.REQUEST || this.scope == Scope.EXCHANGE;
			case CANCEL -> this.scope == Scope.REQUEST || this.scope == Scope.EXCHANGE || this.scope == Scope.SESSION;
			case RESET_AT_WORK -> this.scope == Scope.EXCHANGE;
			default -> false;
		};
	}

	@Override
	public String toString() {
		return this.scope + " x " + this.ending;
	}

}
