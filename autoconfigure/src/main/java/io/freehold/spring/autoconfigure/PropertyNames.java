package io.freehold.spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.json.JsonParserFactory;

/**
 * The names of all properties under {@code freehold}: those of this module, and those in
 * the metadata of the other jars. That is read only when a name is not among the first.
 */
final class PropertyNames {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final String PREFIX = "freehold.";

	private final ClassLoader classLoader;

	/** By their letters. */
	private final Map<String, String> names = new LinkedHashMap<>();

	private boolean complete;

	PropertyNames(ClassLoader classLoader) {
		this.classLoader = classLoader;
		addAll(PREFIX, FreeholdProperties.class);
	}

	private void addAll(String prefix, Class<?> type) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
			if (component.getType().isRecord() && component.getType().getEnclosingClass() == FreeholdProperties.class) {
				addAll(name + ".", component.getType());
			}
			else {
				add(name);
			}
		}
	}

	private void add(String name) {
		this.names.put(letters(name), name);
	}

	/** Returns whether a property has a name, whatever its dashes, dots and case. */
	boolean include(String name) {
		String letters = letters(name);
		if (!this.names.containsKey(letters)) {
			complete();
		}
		return this.names.containsKey(letters);
	}

	/**
	 * Returns the part of a name that all ways to write it have in common, without an
	 * index.
	 */
	static String letters(String name) {
		int index = name.indexOf('[');
		StringBuilder letters = new StringBuilder(name.length());
		(index < 0 ? name : name.substring(0, index)).chars()
			.filter(Character::isLetterOrDigit)
			.forEach((letter) -> letters.append((char) letter));
		return letters.toString().toLowerCase(Locale.ROOT);
	}

	/** Returns the name that is most similar to another one, null if none is similar. */
	@Nullable String similarTo(String name) {
		complete();
		String letters = letters(name);
		String similar = null;
		int least = Math.max(2, (letters.length() - PREFIX.length()) / 4) + 1;
		for (Map.Entry<String, String> candidate : this.names.entrySet()) {
			int distance = distance(letters, candidate.getKey());
			if (distance < least) {
				least = distance;
				similar = candidate.getValue();
			}
		}
		return similar;
	}

	/** Returns how many letters are to be inserted, removed or replaced (Levenshtein). */
	private static int distance(String from, String to) {
		int[] distances = new int[to.length() + 1];
		for (int j = 0; j <= to.length(); j++) {
			distances[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = distances[0];
			distances[0] = i;
			for (int j = 1; j <= to.length(); j++) {
				int replaced = diagonal + ((from.charAt(i - 1) == to.charAt(j - 1)) ? 0 : 1);
				diagonal = distances[j];
				distances[j] = Math.min(replaced, Math.min(distances[j - 1], diagonal) + 1);
			}
		}
		return distances[to.length()];
	}

	private void complete() {
		if (!this.complete) {
			this.complete = true;
			metadata().forEach(this::addFrom);
		}
	}

	private List<URL> metadata() {
		try {
			return Collections.list(this.classLoader.getResources(METADATA));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void addFrom(URL metadata) {
		String text = text(metadata);
		if (text.contains('"' + PREFIX)) {
			Object properties = JsonParserFactory.getJsonParser().parseMap(text).get("properties");
			for (Object property : (properties instanceof Collection<?> list) ? list : new ArrayList<>()) {
				if (property instanceof Map<?, ?> map && map.get("name") instanceof String name
						&& name.startsWith(PREFIX)) {
					add(name);
				}
			}
		}
	}

	private static String text(URL metadata) {
		try (InputStream stream = metadata.openStream()) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
