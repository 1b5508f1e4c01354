#pragma once
// The first byte of a message, which says what it is; letters mean one thing to the server and another to the client.

namespace hawser::pgwire {

// From the client. Start-up, SSL, GSSENC and cancel requests have no type.
enum class client_message : char {
    bind = 'B',
    close = 'C',
    copy_data = 'd',
    copy_done = 'c',
    copy_fail = 'f',
    describe = 'D',
    execute = 'E',
    flush = 'H',
    function_call = 'F',
    gss_response = 'p', // these four are told apart by what the server asked for
    password_message = 'p',
    sasl_initial_response = 'p',
    sasl_response = 'p',
    parse = 'P',
    query = 'Q',
    sync = 'S',
    terminate = 'X'
};

// From the server: frame::type. Each of its messages has a struct of that name, and `read(body, struct)`, which is
// false where the bytes are not such a message: short, longer than it says, or against the manual. What is read are
// views of the body, and live as long as that.
enum class server_message : char {
    authentication = 'R',
    backend_key_data = 'K',
    bind_complete = '2',
    close_complete = '3',
    command_complete = 'C',
    copy_both_response = 'W',
    copy_data = 'd',
    copy_done = 'c',
    copy_in_response = 'G',
    copy_out_response = 'H',
    data_row = 'D',
    empty_query_response = 'I',
    error_response = 'E',
    function_call_response = 'V',
    negotiate_protocol_version = 'v',
    no_data = 'n',
    notice_response = 'N',
    notification_response = 'A',
    parameter_description = 't',
    parameter_status = 'S',
    parse_complete = '1',
    portal_suspended = 's',
    ready_for_query = 'Z',
    row_description = 'T'
};

} // namespace hawser::pgwire
