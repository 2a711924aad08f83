package io.freehold.backend;

import java.util.Locale;

import io.freehold.internal.Libc;
import io.freehold.internal.NativeAccess;
import io.freehold.spi.Availability;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.GlobalAllocProvider;

/**
 * Provides the backend {@code system}: the C library's allocator.
 */
public final class SystemAllocProvider implements GlobalAllocProvider {

	static final String NAME = "system";

	/**
	 * Creates a provider.
	 */
	public SystemAllocProvider() {
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public Availability availability() {
		if (os().startsWith("windows")) {
			return Availability.no("the C library of Windows has no aligned_alloc whose blocks free() takes back",
					"choose another backend, or run on Linux or macOS");
		}
		IllegalCallerException denial = NativeAccess.probe();
		if (denial != null) {
			return Availability.no("native access is denied to Freehold", "start java with " + NativeAccess.flag());
		}
		try {
			// a library that lacks a function says so here
			Libc _ = new Libc();
			return Availability.yes();
		}
		catch (UnsupportedOperationException ex) {
			return Availability.no(String.valueOf(ex.getMessage()), "");
		}
	}

	@Override
	public GlobalAlloc create() {
		if (os().startsWith("windows")) {
			throw new UnsupportedOperationException("backend system is " + availability());
		}
		Libc libc = new Libc();
		boolean wholeMultiples = os().startsWith("mac");
		return libc.usage().isPresent() ? new MeasuredSystemAlloc(libc, wholeMultiples)
				: new SystemAlloc(libc, wholeMultiples);
	}

	private static String os() {
		return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
	}

}
