package io.freehold.spring;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.util.StringUtils;

/**
 * The name of a configured allocator, in its canonical form: lower-case words joined by
 * dashes. {@code imageCache}, {@code Image_Cache} and {@code image-cache} are the same
 * name.
 *
 * @param value the canonical form
 */
public record AllocatorName(String value) {

	/** Names the tree uses itself. */
	private static final Set<String> RESERVED = Set.of("root", "global", "application", "request", "session", "thread",
			"transaction", "method", "other");

	private static final Pattern CANONICAL = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

	private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

	/**
	 * Creates a name.
	 * @throws InvalidAllocatorNameException if the value is not canonical, or reserved
	 */
	public AllocatorName {
		if (!CANONICAL.matcher(value).matches()) {
			throw new InvalidAllocatorNameException(value,
					"it must consist of words of letters and digits joined by dashes, such as image-cache,"
							+ " and start with a letter; dots and slashes separate other things");
		}
		if (RESERVED.contains(value)) {
			throw new InvalidAllocatorNameException(value,
					"it is reserved for an allocator that Freehold sets up itself");
		}
	}

	/**
	 * Brings what a user wrote into canonical form.
	 * @param text what was written
	 * @return the name
	 * @throws InvalidAllocatorNameException if it cannot be a name
	 */
	public static AllocatorName of(String text) {
		String dashed = HUMP.matcher(text).replaceAll("-").replace('_', '-');
		try {
			return new AllocatorName(dashed.toLowerCase(Locale.ROOT));
		}
		catch (InvalidAllocatorNameException ex) {
			throw new InvalidAllocatorNameException(text, ex.getReason());
		}
	}

	/** Whether the tree uses a name itself. */
	static boolean isReserved(String name) {
		return RESERVED.contains(name);
	}

	/**
	 * Returns the name of the bean: {@code imageCacheAllocator} for {@code image-cache}.
	 * @return the bean's name
	 */
	public String beanName() {
		return StringUtils.uncapitalize(
				Arrays.stream(this.value.split("-")).map(StringUtils::capitalize).collect(Collectors.joining()))
				+ "Allocator";
	}

	@Override
	public String toString() {
		return this.value;
	}

}
