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
			default -> false;
		};
	}

	/** Returns whether it depends on who is faster. */
	boolean mayRevoke() {
		return switch (this.ending) {
			// the server may see that the client has gone before a write fails
			case ABORT, RESET -> this.scope == Scope.REQUEST || this.scope == Scope.EXCHANGE;
			case RESET_AT_WORK -> this.scope == Scope.EXCHANGE;
			case IMMEDIATE_SHUTDOWN -> true;
			default -> false;
		};
	}

	/** Returns whether nobody tells the scope that the application ends. */
	boolean mayBeCutOff() {
		return this.ending == Ending.IMMEDIATE_SHUTDOWN && this.scope == Scope.EXCHANGE;
	}

	@Override
	public String toString() {
		return this.scope + " x " + this.ending;
	}

}
