package io.freehold.pool;

import java.lang.System.Logger.Level;

import io.freehold.internal.NativeAccess;
import io.freehold.internal.sync.Faults;
import io.freehold.spi.Availability;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.GlobalAllocProvider;

/**
 * Provides the backend {@code pooled}, which works everywhere.
 */
public final class PooledAllocProvider implements GlobalAllocProvider {

	/**
	 * Creates a provider.
	 */
	public PooledAllocProvider() {
	}

	@Override
	public String name() {
		return PooledAlloc.NAME;
	}

	@Override
	public Availability availability() {
		return Availability.yes();
	}

	@Override
	public GlobalAlloc create() {
		if (!NativeAccess.GRANTED) {
			Faults.log(Level.WARNING,
					"native access is denied to Freehold: memory comes from arenas of the JDK, goes back to the"
							+ " system only in whole chunks of 4 MiB, and stays accessible after its allocator or"
							+ " region has closed; start java with " + NativeAccess.flag() + " to have it all",
					null);
		}
		return new PooledAlloc();
	}

}
