// Command dashboard writes the operator's Grafana dashboard to standard output, as JSON to import. With --picture it
// draws it instead, as SVG, from what a Prometheus has: the same queries in the same layout.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	prometheus := flag.String("picture", "", "draw the dashboard from the Prometheus at this `URL`")
	span := flag.Duration("span", 15*time.Minute, "how much time the picture shows")
	flag.Parse()
	if err := run(*prometheus, *span); err != nil {
		fmt.Fprintln(os.Stderr, "dashboard:", err)
		os.Exit(1)
	}
}

func run(prometheus string, span time.Duration) error {
	if prometheus != "" {
		return drawPicture(context.Background(), os.Stdout, source{url: prometheus, until: time.Now(), span: span}, rows())
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(grafana(rows()))
}
