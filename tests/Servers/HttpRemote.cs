using System.Diagnostics;
using System.Net;
using System.Text;

namespace MemoryBackup.TestServers;

/// <summary>Serves the repositories of a folder over smart HTTP: a bridge to <c>git http-backend</c>, with Basic authentication if a user is given.</summary>
internal sealed class HttpRemote : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly string folder;
    private readonly string home;
    private readonly string? credentials;
    private int requests;
    private int withCredentials;

    public HttpRemote(string folder, string home, string? credentials = null)
    {
        (this.folder, this.home, this.credentials) = (folder, home, credentials);
        Port = LoopbackPort.Free();
        listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        listener.Start();
        _ = ServeAsync();
    }

    public int Port { get; }

    public int Requests => requests;

    public int RequestsWithCredentials => withCredentials;

    /// <summary>Answered with this status while above zero; counts down.</summary>
    public int Failures { get; set; }

    public int FailureStatus { get; set; } = 503;

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Interlocked.Increment(ref requests);
        var authorization = context.Request.Headers["Authorization"];
        if (authorization is not null)
        {
            Interlocked.Increment(ref withCredentials);
        }

        if (Failures > 0)
        {
            Failures--;
            context.Response.StatusCode = FailureStatus;
        }
        else if (credentials is not null && authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)))
        {
            context.Response.StatusCode = 401;
            context.Response.Headers["WWW-Authenticate"] = "Basic realm=\"test\"";
        }
        else
        {
            await BackendAsync(context);
        }

        context.Response.Close();
    }

    private async Task BackendAsync(HttpListenerContext context)
    {
        var request = context.Request;
        var start = new ProcessStartInfo("git", "http-backend") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in new[]
        {
            ("HOME", home), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_PROJECT_ROOT", folder), ("GIT_HTTP_EXPORT_ALL", "1"),
            ("REQUEST_METHOD", request.HttpMethod), ("PATH_INFO", request.Url!.AbsolutePath), ("QUERY_STRING", request.Url.Query.TrimStart('?')),
            ("CONTENT_TYPE", request.ContentType ?? ""), ("HTTP_CONTENT_ENCODING", request.Headers["Content-Encoding"] ?? ""),
            ("GIT_PROTOCOL", request.Headers["Git-Protocol"] ?? ""), ("REMOTE_USER", "tester"), ("REMOTE_ADDR", "127.0.0.1"),
        })
        {
            start.Environment[name] = value;
        }

        using var backend = Process.Start(start)!;
        var error = backend.StandardError.ReadToEndAsync();
        await request.InputStream.CopyToAsync(backend.StandardInput.BaseStream);
        backend.StandardInput.Close();
        using var output = new MemoryStream();
        await backend.StandardOutput.BaseStream.CopyToAsync(output);
        await backend.WaitForExitAsync();
        await error;

        var bytes = output.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var header in Encoding.ASCII.GetString(bytes, 0, Math.Max(end, 0)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
            if (name == "Status")
            {
                context.Response.StatusCode = int.Parse(value.Split(' ')[0]);
            }
            else
            {
                context.Response.Headers[name] = value;
            }
        }

        await context.Response.OutputStream.WriteAsync(bytes.AsMemory(end + 4));
    }
}
