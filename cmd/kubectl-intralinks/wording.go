package main

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
)

// ago is a time in the past as kubectl writes it.
func ago(at *metav1.Time, now time.Time) string {
	if at == nil {
		return "never"
	}
	return duration.HumanDuration(now.Sub(at.Time)) + " ago"
}

// ahead is a time to come.
func ahead(at *metav1.Time, now time.Time) string {
	if at == nil {
		return ""
	}
	if left := at.Sub(now); left > 0 {
		return "in " + duration.HumanDuration(left)
	}
	return "now"
}

// moment is a time by the person's own clock, with the day where it is another.
func moment(at, now time.Time) string {
	at = at.In(now.Location())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("Mon 2 Jan 15:04")
}

func bytesOf(n int64) string { return humanize.IBytes(uint64(max(0, n))) }

func count(n int64) string { return humanize.Comma(n) }

// plural writes a number with its noun.
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", count(n), noun)
}

func percent(done, total int64) string {
	if total <= 0 {
		return ""
	}
	return fmt.Sprintf("%d %%", min(max(0, done), total)*100/total)
}
