package console

import (
	"net/url"
	"strconv"
)

// pageSize is how many items a page holds.
const pageSize = 50

// pager leads to the pages before and behind, of a list that is narrowed by a query.
type pager struct {
	// From and To number the items of the page, of Total.
	From, To, Total int
	// Before and Behind are the queries of the neighbours; empty where there is none.
	Before, Behind string
}

// cut gives a page of a list.
func cut[T any](items []T, query url.Values) ([]T, pager) {
	number, _ := strconv.Atoi(query.Get("page"))
	last := max(1, (len(items)+pageSize-1)/pageSize)
	number = min(max(1, number), last)
	from := (number - 1) * pageSize
	to := min(from+pageSize, len(items))
	p := pager{From: from + 1, To: to, Total: len(items)}
	if number > 1 {
		p.Before = numbered(query, number-1)
	}
	if number < last {
		p.Behind = numbered(query, number+1)
	}
	return items[from:to], p
}

func numbered(query url.Values, number int) string {
	return altered(query, "page", strconv.Itoa(number))
}

// altered is a query with another value for a name; the empty value takes the name away.
func altered(query url.Values, name, value string) string {
	next := url.Values{}
	for key, values := range query {
		next[key] = values
	}
	next.Del("page")
	next.Set(name, value)
	if value == "" {
		next.Del(name)
	}
	return "?" + next.Encode()
}
