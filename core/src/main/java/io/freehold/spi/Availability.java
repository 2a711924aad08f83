package io.freehold.spi;

/**
 * Whether a backend can be used here.
 *
 * @param available whether it can
 * @param reason why not; empty if it can
 * @param fix what would make it available; empty if it is, or if nothing would
 */
public record Availability(boolean available, String reason, String fix) {

	private static final Availability YES = new Availability(true, "", "");

	/**
	 * Returns the answer of a backend that works.
	 * @return available
	 */
	public static Availability yes() {
		return YES;
	}

	/**
	 * Returns the answer of a backend that does not work.
	 * @param reason why not
	 * @param fix what would make it available, or the empty string
	 * @return not available
	 */
	public static Availability no(String reason, String fix) {
		return new Availability(false, reason, fix);
	}

	@Override
	public String toString() {
		if (this.available) {
			return "available";
		}
		return "not available: " + this.reason + (this.fix.isEmpty() ? "" : "; " + this.fix);
	}

}
