package dev.kiwi.boot.autoconfigure;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The bean of a type that a property names, or else the only or the primary one.
 */
final class NamedBean {

	private NamedBean() {
	}

	/**
	 * Finds the bean.
	 * @param property says its name
	 * @param name what the property says, or null
	 * @param none the failure where there is no such bean
	 * @return the bean
	 */
	static <T> T get(ListableBeanFactory beans, Class<T> type, String property, @Nullable String name,
			Supplier<KiwiConfigurationException> none) {
		List<String> names = List.of(beans.getBeanNamesForType(type));
		if (name != null) {
			if (!beans.containsBean(name) || !beans.isTypeMatch(name, type)) {
				throw KiwiConfigurationException.unknownBean(type, property, name, names);
			}
			return beans.getBean(name, type);
		}
		T unique = beans.getBeanProvider(type).getIfUnique();
		if (unique == null) {
			throw names.isEmpty() ? none.get() : KiwiConfigurationException.severalBeans(type, property, names);
		}
		return unique;
	}

}
