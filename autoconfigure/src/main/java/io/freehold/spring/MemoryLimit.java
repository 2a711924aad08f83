package io.freehold.spring;

import java.util.regex.Pattern;

import io.freehold.budget.Budget;

import org.springframework.util.unit.DataSize;

/**
 * A limit on bytes as it is written in configuration properties: a positive whole number
 * and one of the units {@code B}, {@code KB}, {@code MB}, {@code GB} and {@code TB}, each
 * 1024 times the one before, such as {@code 512MB}; a number without a unit is bytes; or
 * the word {@code unlimited}.
 *
 * @param bytes the limit in bytes, positive; {@link Budget#UNLIMITED} for none
 */
public record MemoryLimit(long bytes) {

	/** No limit. */
	public static final MemoryLimit UNLIMITED = new MemoryLimit(Budget.UNLIMITED);

	private static final Pattern SYNTAX = Pattern.compile("\\d+(B|KB|MB|GB|TB)?");

	/** The grammar, as messages explain it. */
	public static final String GRAMMAR = "a positive whole number with one of the units B, KB, MB, GB, TB"
			+ " (such as 512MB or 1GB; without a unit it is bytes), or 'unlimited'";

	/**
	 * Creates a limit.
	 * @throws InvalidMemoryLimitException if it is not positive
	 */
	public MemoryLimit {
		if (bytes <= 0) {
			throw new InvalidMemoryLimitException(Long.toString(bytes));
		}
	}

	/**
	 * Reads a limit. Called by the binder of configuration properties.
	 * @param text what was written
	 * @return the limit
	 * @throws InvalidMemoryLimitException if it does not follow the grammar
	 */
	public static MemoryLimit valueOf(String text) {
		String trimmed = text.trim();
		if (trimmed.equals("unlimited")) {
			return UNLIMITED;
		}
		if (!SYNTAX.matcher(trimmed).matches()) {
			throw new InvalidMemoryLimitException(text);
		}
		try {
			return new MemoryLimit(DataSize.parse(trimmed).toBytes());
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw new InvalidMemoryLimitException(text);
		}
	}

	/**
	 * Reads a limit in bytes, as YAML delivers a number without a unit.
	 * @param bytes the limit in bytes
	 * @return the limit
	 * @throws InvalidMemoryLimitException if it is not positive
	 */
	public static MemoryLimit valueOf(Integer bytes) {
		return new MemoryLimit(bytes);
	}

	/**
	 * Reads a limit in bytes, as YAML delivers a large number without a unit.
	 * @param bytes the limit in bytes
	 * @return the limit
	 * @throws InvalidMemoryLimitException if it is not positive
	 */
	public static MemoryLimit valueOf(Long bytes) {
		return new MemoryLimit(bytes);
	}

	@Override
	public String toString() {
		return (this.bytes == Budget.UNLIMITED) ? "unlimited" : this.bytes + "B";
	}

}
