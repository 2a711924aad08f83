package io.freehold.internal;

import java.lang.foreign.MemorySegment;

import org.jspecify.annotations.Nullable;

/**
 * Whether this module may call restricted methods, and what to say when it may not.
 */
public final class NativeAccess {

	/** Whether restricted methods may be called. */
	public static final boolean GRANTED = probe() == null;

	private NativeAccess() {
	}

	/**
	 * Returns the JVM option that grants native access to this module.
	 */
	public static String flag() {
		Module module = NativeAccess.class.getModule();
		return "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
	}

	/**
	 * Tries a restricted call and returns the error it ended in, or null if it is
	 * allowed. Asking the module instead would miss that access is granted, with a
	 * warning, to modules that did not ask for it.
	 */
	@SuppressWarnings("restricted")
	public static @Nullable IllegalCallerException probe() {
		try {
			// SAFETY: a segment of length zero gives access to nothing
			MemorySegment.NULL.reinterpret(0);
			return null;
		}
		catch (IllegalCallerException ex) {
			return denied(ex);
		}
	}

	static IllegalCallerException denied(IllegalCallerException cause) {
		return new IllegalCallerException("native access is denied to Freehold: start java with " + flag()
				+ ", or put 'Enable-Native-Access: ALL-UNNAMED' in the manifest of the executable jar", cause);
	}

}
