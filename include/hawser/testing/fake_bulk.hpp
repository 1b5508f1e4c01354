#pragma once
// The bulk calls of a fake: chunks, what they leave out, and what they answer.
#include <algorithm>
#include <cstddef>
#include <hawser/db/bulk/update.hpp>
#include <hawser/mapping/bulk.hpp>
#include <hawser/testing/fake_call.hpp>
#include <hawser/testing/fake_write.hpp>
#include <unordered_set>
#include <vector>

namespace hawser::detail {

inline std::size_t chunk_of(const bulk_options& options) noexcept {
    return options.chunk == 0 ? bulk_options{}.chunk : options.chunk;
}

// What a call does with its rows, from the first that is meant on.
//   begin(first, last)   before a chunk
//   one(i)
//   stored(first, last)  once they are in for good
template <class Begin, class One, class Stored>
struct chunk_work {
    Begin begin;
    One one;
    Stored stored;
};
inline constexpr auto nothing_more = [](std::size_t, std::size_t) {};

// In chunks: all or none, or each chunk by itself. `total`: the rows that are known of beforehand.
template <class T, class Begin, class One, class Stored>
void in_chunks(fake_table<T>& table, std::size_t count, std::size_t total, const bulk_options& options,
               const chunk_work<Begin, One, Stored>& work) {
    const auto chunk_from = [&](std::size_t first) {
        const std::size_t last = first + std::min(chunk_of(options), count - first);
        work.begin(first, last);
        for (std::size_t i = first; i < last; ++i) work.one(i);
        return last;
    };
    if (options.atomic) {
        whole_or_not(table, [&] {
            for (std::size_t i = options.resume_from; i < count;) {
                i = chunk_from(i);
                if (options.progress) options.progress(i, total);
            }
        });
        return work.stored(options.resume_from, count);
    }
    std::size_t done = options.resume_from;
    try {
        while (done < count) {
            const std::size_t last = whole_or_not(table, [&] { return chunk_from(done); });
            work.stored(done, last);
            done = last;
            if (options.progress) options.progress(done, total);
        }
    } catch (...) {
        std::rethrow_exception(told_where_to_resume(std::current_exception(), table_of<T>.name, done));
    }
}

template <class T, class Check>
void require_valid_rows(const T* rows, std::size_t first, std::size_t last, Check check) {
    std::vector<violation> found;
    for (std::size_t i = first; i < last; ++i) check(&rows[i], i, found);
    if (!found.empty()) throw validation_error(table_of<T>.name, std::move(found));
}

// Which rows have a later one with the same text; what is NULL is like nothing.
template <class T, class Text>
std::vector<bool> overwritten_by_later(const T* rows, std::size_t count, Text text) {
    std::vector<bool> overwritten(count);
    std::unordered_set<std::string> seen;
    for (std::size_t i = count; i-- > 0;)
        if (auto t = text(rows[i])) overwritten[i] = !seen.insert(std::move(*t)).second;
    return overwritten;
}
template <class T, class Fact>
std::optional<std::string> text_of_members(const T& row) {
    parameters values(parameters::text_mode::borrow);
    encode_members<T, Fact>(&row, values);
    return distinct_text(values.slice(0, values.size()));
}

// A call over a span: it looks at all rows before it begins.
template <class T, class Check>
void open_bulk(const fake_site& at, const T* rows, std::size_t count, const bulk_options& options,
               Check check) {
    if (options.resume_from > count) throw_beyond_end(at, options.resume_from, count);
    require_valid_rows(rows, options.resume_from, count, check);
}

template <class T>
T as_generated(const T& row, const stamp& by, const fake_site& at) {
    T filled = row;
    if constexpr (has_generators<T>) fill_row<T>(&filled, by);
    return as_inserted(filled, by, at);
}
template <class T>
std::int64_t bulk_insert_one(fake_table<T>& table, const T& row, const stamp& by, const fake_site& at) {
    T stored = as_generated(row, by, at);
    if constexpr (generates_key<T>) write_back_insert_key(stored, table.next_rowid(true));
    return table.add(std::move(stored), at);
}

template <class T>
std::vector<std::int64_t> insert_all(fake_table<T>& table, const T* rows, std::size_t count, const stamp& by,
                                     const bulk_options& options) {
    open_bulk({&table_of<T>, "bulk_insert"}, rows, count, options, &validate_inserted<T>);
    std::vector<std::int64_t> keys(generates_key<T> ? count : 0);
    const auto one = [&](std::size_t i) {
        const fake_site at{&table_of<T>, "bulk_insert", i};
        const std::int64_t rowid = bulk_insert_one(table, rows[i], by, at);
        if constexpr (generates_key<T>) keys[i] = rowid;
    };
    in_chunks(table, count, count, options, chunk_work{nothing_more, one, nothing_more});
    return keys;
}

// known: the rows are one span, which copy_in looks at as a whole before it begins; else chunk by chunk.
template <class T>
std::int64_t copy_all(fake_table<T>& table, const std::vector<T>& rows, const stamp& by, bulk_options options,
                      bool known, std::size_t total) {
    const std::size_t count = rows.size();
    if (known)
        open_bulk({&table_of<T>, "copy_in"}, rows.data(), count, options, &validate_inserted<T>);
    else
        options.resume_from = std::min(options.resume_from, count);
    const auto begin = [&](std::size_t first, std::size_t last) {
        if (!known) require_valid_rows(rows.data(), first, last, &validate_inserted<T>);
    };
    const auto one = [&](std::size_t i) {
        bulk_insert_one(table, rows[i], by, {&table_of<T>, "copy_in", i});
    };
    in_chunks(table, count, total, options, chunk_work{begin, one, nothing_more});
    return static_cast<std::int64_t>(count - options.resume_from);
}

// What a bulk update does to one row that is there.
template <class T>
struct whole_rows {
    static constexpr std::string_view verb = "bulk_update";
    static constexpr bool by_version = has_version<T>;
    static void validate(const void* row, std::optional<std::size_t> index, std::vector<violation>& found) {
        validate_row<T>(row, index, found);
    }
    static void encode(const T& given, const stamp& by, parameters& to) { encode_update<T>(&given, by, to); }
    static T change(const T& stored, const T& given, const stamp& by) {
        return as_updated(stored, given, by);
    }
};
template <class T, auto... M>
struct some_members {
    static constexpr std::string_view verb = "bulk_patch";
    static constexpr bool by_version = false;
    static void validate(const void* row, std::optional<std::size_t> index, std::vector<violation>& found) {
        validate_members<T, M...>(row, index, found);
    }
    static void encode(const T& given, const stamp& by, parameters& to) {
        encode_patch<T, M...>(&given, by, to);
    }
    static T change(const T& stored, const T& given, const stamp& by) {
        T next = stored;
        ((next.*M = given.*M), ...);
        write_back_update<T>(&next, by);
        return next;
    }
};

// back: null, or the rows again.
template <class T, class Change>
std::vector<missed_row<key_of_t<T>>> update_all(fake_table<T>& table, const T* rows, T* back,
                                                std::size_t count, const stamp& by,
                                                const bulk_options& options) {
    open_bulk({&table_of<T>, Change::verb}, rows, count, options, &Change::validate);
    std::vector<missed_row<key_of_t<T>>> missed;
    std::vector<bool> is_missed(count);
    std::vector<bool> overwritten(count);
    if (!Change::by_version)
        overwritten = overwritten_by_later(rows, count, &text_of_members<T, primary_key_of<T>>);
    const auto one = [&](std::size_t i) {
        if (overwritten[i]) return;
        const fake_site at{&table_of<T>, Change::verb, i};
        require_sendable(at, [&](parameters& to) { Change::encode(rows[i], by, to); });
        const auto key = key_of(rows[i]);
        const auto rowid = table.find(key);
        const bool there = rowid && !is_marked_deleted(table.row(*rowid));
        if (there && (!Change::by_version || has_version_of(table.row(*rowid), rows[i])))
            return table.replace(*rowid, Change::change(table.row(*rowid), rows[i], by), at);
        const bool stale = there && Change::by_version;
        if (options.atomic) throw_missed(at, stale);
        missed.push_back({i, key, stale ? miss::stale : miss::missing});
        is_missed[i] = true;
    };
    const auto stored = [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; back != nullptr && i < last; ++i)
            if (!is_missed[i]) write_back_update<T>(&back[i], by);
    };
    in_chunks(table, count, count, options, chunk_work{nothing_more, one, stored});
    return missed;
}

template <class T>
upsert_counts upsert_all(fake_table<T>& table, const T* rows, std::size_t count, const stamp& by,
                         const bulk_options& options) {
    using target = typename conflict_target<T>::fact;
    open_bulk({&table_of<T>, "bulk_upsert"}, rows, count, options, &validate_inserted<T>);
    upsert_counts counts;
    const auto overwritten = overwritten_by_later(rows, count, &text_of_members<T, target>);
    const auto one = [&](std::size_t i) {
        if (overwritten[i]) return;
        const fake_site at{&table_of<T>, "bulk_upsert", i};
        const auto done = upsert_into<target>(table, as_generated(rows[i], by, at), take_replaced{}, at).what;
        if (done == upserted::inserted) ++counts.inserted;
        if (done == upserted::updated) ++counts.updated;
    };
    in_chunks(table, count, count, options, chunk_work{nothing_more, one, nothing_more});
    return counts;
}

template <class T>
std::int64_t erase_all(fake_table<T>& table, const key_of_t<T>* keys, std::size_t count, const stamp& by,
                       const bulk_options& options) {
    if (options.resume_from > count)
        throw_beyond_end({&table_of<T>, "bulk_erase"}, options.resume_from, count);
    std::int64_t erased = 0;
    const auto one = [&](std::size_t i) {
        const auto rowid = table.find(keys[i]);
        if (!rowid || is_marked_deleted(table.row(*rowid))) return;
        erase_from(table, *rowid, by, {&table_of<T>, "bulk_erase", i});
        ++erased;
    };
    in_chunks(table, count, count, options, chunk_work{nothing_more, one, nothing_more});
    return erased;
}

} // namespace hawser::detail
