package dataroom

import (
	"fmt"
	"math/rand/v2"
	"mime"
	"strings"
	"time"
)

// clauses are what generated contracts say; %d takes a number, %s a party.
var clauses = []string{
	"The parties shall keep the terms of this agreement confidential for %d years.",
	"%s may terminate on %d days' written notice.",
	"Neither party may assign its rights without the prior consent of %s.",
	"A change of control of %s entitles the other party to terminate within %d days.",
	"Liability is limited to %d per cent of the fees paid in the preceding year.",
	"Invoices of %s are payable within %d days of receipt.",
	"This agreement is governed by the laws of England and Wales.",
	"Any dispute shall be referred to a single arbitrator seated in London.",
	"%s warrants that the schedule of %d items is complete and accurate.",
	"Notices to %s shall be given in writing and take effect on the next business day.",
}

// parties are invented.
var parties = []string{
	"Heron Holdings Limited", "Nordkap Metals AS", "Lefèvre et Fils SA", "Müller & Söhne GmbH",
	"Østergård A/S", "Peregrine Logistics plc", "Tern Software Inc.", "Plover Energy BV",
}

// prose makes the lines of a contract: a title, the parties and numbered clauses.
func prose(rng *rand.Rand, title string, n int) []string {
	pick := func() string { return parties[rng.IntN(len(parties))] }
	lines := []string{title, "", "Between " + pick() + " and " + pick(), ""}
	for i := range n {
		text := clauses[rng.IntN(len(clauses))]
		text = strings.ReplaceAll(text, "%s", pick())
		text = strings.ReplaceAll(text, "%d", fmt.Sprint(5+rng.IntN(85)))
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, text))
	}
	return lines
}

// ledger makes the rows of a register of contracts.
func ledger(rng *rand.Rand, title string, n int) [][]string {
	rows := [][]string{{title, "", ""}, {"No.", "Counterparty", "Value (GBP)"}}
	for i := range n {
		rows = append(rows, []string{fmt.Sprint(i + 1), parties[rng.IntN(len(parties))], fmt.Sprint(1000 * (1 + rng.IntN(900)))})
	}
	return rows
}

// newEML writes an Internet message (RFC 5322) with a header in any script.
func newEML(rng *rand.Rand, subject string, lines []string) []byte {
	var b strings.Builder
	sent := packageDate.Add(time.Duration(rng.IntN(60*24*60)) * time.Minute)
	fmt.Fprintf(&b, "From: Ada Stone <ada.stone@heron.example>\r\nTo: Deal team <deal-team@firm.example>\r\n")
	fmt.Fprintf(&b, "Subject: %s\r\nDate: %s\r\n", mime.QEncoding.Encode("utf-8", subject), sent.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "Message-ID: <%016x@heron.example>\r\nMIME-Version: 1.0\r\n", rng.Uint64())
	b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	b.WriteString(strings.Join(lines, "\r\n"))
	b.WriteString("\r\n")
	return []byte(b.String())
}
