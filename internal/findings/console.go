package findings

// ConsoleTickets is where a ticket for the console is asked for, by POST with a bearer token. Nothing is there where the console is
// switched off.
const ConsoleTickets = "/console/tickets"

// ConsoleTicket leads somebody into the console whose token has come by another way than their browser.
type ConsoleTicket struct {
	// Path below the address that was asked: it leads in once, within a minute, whoever opens it first.
	Path string `json:"path"`
	// User whom it lets in.
	User string `json:"user"`
}
